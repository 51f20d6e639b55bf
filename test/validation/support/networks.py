# Networks of PyTorch, torchbnn and bayesian-torch with random weights and statistics: of each the file that import
# takes, inputs, and the framework's own logits of its mean network. Prints their names and our layers as JSON.
import json
import numpy as np, torch, torchbnn
from bayesian_torch.layers import Conv1dFlipout, LinearFlipout
from bayesian_torch.models.dnn_to_bnn import dnn_to_bnn
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(0)


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = self.pool(self.conv2(self.pool(self.conv1(x).relu())).relu())
        return self.fc3(self.fc2(self.fc1(x.flatten(1)).relu()).relu())


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        steps, channels = [], 3
        for width in (32, 64, 128):
            for _ in range(2):
                steps += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
            steps.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*steps)
        self.classifier = nn.Sequential(nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, norm):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=norm is None), (norm or group)(outputs)
        self.conv2, self.norm2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=norm is None), (norm or group)(outputs)
        self.downsample = None
        if stride > 1:
            shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, norm(outputs)) if norm else shortcut

    def forward(self, x):
        branch = self.norm2(self.conv2(self.norm1(self.conv1(x)).relu()))
        return (branch + (self.downsample(x) if self.downsample else x)).relu()


group = lambda channels: nn.GroupNorm(channels // 8, channels, affine=False)


class ResNet(nn.Module):
    def __init__(self, norm=None):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 16, 3, padding=1, bias=norm is None), (norm or group)(16)
        stages = ((16, 16, 1), (16, 32, 2), (32, 64, 2))
        self.layer1, self.layer2, self.layer3 = (nn.Sequential(Block(*stage, norm)) for stage in stages)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.bn1(self.conv1(x)).relu())))
        return self.fc(x.mean((2, 3)))


class Signals(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv1dFlipout(2, 16, 9, padding=4)
        self.conv2 = Conv1dFlipout(16, 32, 9, padding=4)
        self.conv3 = Conv1dFlipout(32, 32, 9, padding=4)
        self.out = LinearFlipout(32, 4)

    def forward(self, x):
        x = nn.functional.max_pool1d(self.conv1(x)[0].relu(), 2)
        x = nn.functional.max_pool1d(self.conv2(x)[0].relu(), 2)
        return self.out(self.conv3(x)[0].relu().mean(2))[0]


def bayesian(net):
    prior = {'prior_mu': 0.0, 'prior_sigma': 1.0, 'posterior_mu_init': 0.0, 'posterior_rho_init': -4.0}
    dnn_to_bnn(net, {**prior, 'type': 'Reparameterization', 'moped_enable': False})
    forward = net.forward
    net.forward = lambda x: forward(x)
    return net


def conv(inputs, outputs):
    return torchbnn.BayesConv2d(0, 0.1, inputs, outputs, 3)


late = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(144, 3))
lenet, vgg, group8 = 'preset lenet-5 10', 'preset vgg-small 10', 'preset resnet-8 10'
block = lambda width, stride: f'residual [conv2d {width} 3 relu padding=1 stride={stride}, conv2d {width} 3 padding=1] relu'
batch8 = ['conv2d 16 3 relu padding=1', block(16, 1), block(32, 2), block(64, 2), 'avgpool all', 'dense 10']
networks = {
    'lenet-5': (LeNet(), (1, 28, 28), [lenet]),
    'vgg-small with batch normalisation': (Vgg(), (3, 32, 32), [vgg]),
    'resnet-8 with group normalisation': (ResNet(), (3, 32, 32), [group8]),
    'resnet-8 with batch normalisation': (ResNet(nn.BatchNorm2d), (3, 32, 32), batch8),
    'resnet-8 made Bayesian by bayesian-torch': (bayesian(ResNet(nn.BatchNorm2d)), (3, 32, 32), batch8),
    'signals by bayesian-torch': (Signals(), (2, 64), ['preset signal-cnn 4']),
    'images by torchbnn': (
        nn.Sequential(conv(1, 4), nn.BatchNorm2d(4), nn.Tanh(), conv(4, 6), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(),
                      torchbnn.BayesLinear(0, 0.1, 96, 3)),
        (1, 12, 12), ['conv2d 4 3 tanh', 'conv2d 6 3 relu', 'avgpool 2', 'dense 3']),
    'normalisation after the activation': (late, (1, 8, 8), None),
}
found = []
for i, (name, (net, shape, layers)) in enumerate(networks.items()):
    with torch.no_grad():
        net.train()
        for _ in range(3):
            net(torch.randn(16, *shape))
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.copy_(torch.randn(module.num_features))
                module.bias.copy_(torch.randn(module.num_features))
        net.eval()
        save_file(net.state_dict(), f'network{i}.safetensors')
        for parameter_name, parameter in net.named_parameters():
            if 'rho' in parameter_name or 'log_sigma' in parameter_name:
                parameter.fill_(-np.inf)
        x = torch.randn(4, *shape)
        np.savez(f'network{i}.npz', inputs=x.numpy(), logits=net(x).numpy()[None])
    if layers is None:
        norm = net[2]
        statistics = {'mean': norm.running_mean, 'variance': norm.running_var, 'scale': norm.weight, 'shift': norm.bias}
        record = {key: value.tolist() for key, value in statistics.items()}
        layers = ['conv2d 4 3 relu', {'kind': 'batchnorm', **record, 'epsilon': norm.eps, 'activation': 'linear'}, 'dense 3']
    found.append([name, layers])
print(json.dumps(found))
